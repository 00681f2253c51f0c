package io.monorelay.handshake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.protocol.Base64Url;
import io.monorelay.protocol.Limits;
import java.security.SecureRandom;

/**
 * The challenges that have been given out by HTTP, where no connection remembers them. Each can be redeemed once, for a
 * limited time; when too many are out, some are forgotten early. Any thread may call.
 */
public final class Challenges {
    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Boolean> issued;

    public Challenges(Limits limits) {
        this(limits, Ticker.systemTicker());
    }

    Challenges(Limits limits, Ticker ticker) {
        issued = Caffeine.newBuilder()
                .expireAfterWrite(limits.challengeLife())
                .maximumSize(limits.maxChallenges())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** A new challenge of 32 bytes. */
    public byte[] issue() {
        byte[] challenge = new byte[HandshakeV2.CHALLENGE_BYTES];
        random.nextBytes(challenge);
        issued.put(Base64Url.encode(challenge), true);
        return challenge;
    }

    /** Whether this challenge was given out, and neither redeemed before nor too old; from now on it is no more. */
    public boolean redeem(byte[] challenge) {
        return issued.asMap().remove(Base64Url.encode(challenge)) != null;
    }
}
