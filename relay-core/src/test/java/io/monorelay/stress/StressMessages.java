package io.monorelay.stress;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import java.time.Duration;

/** What the stress tests publish: messages that are made once, and caches that are made for each run. */
final class StressMessages {
    static final VerifiedMessage FIRST = SignedMessages.verified("first");
    static final VerifiedMessage SECOND = SignedMessages.verified("second");
    static final VerifiedMessage THIRD = SignedMessages.verified("third");

    private StressMessages() {}

    static SeenCache seenCache() {
        return new SeenCache(4, Duration.ofDays(1), Ticker.disabledTicker());
    }
}
