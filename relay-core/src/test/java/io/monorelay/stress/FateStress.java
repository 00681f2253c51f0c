package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;

import io.monorelay.log.Fate;
import io.monorelay.log.Fates;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import java.time.InstantSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two event loops count for the same message, of which one also counts for the message whose place it has taken. */
@JCStressTest
@Outcome(id = "3, 2", expect = Expect.ACCEPTABLE, desc = "all that was counted for it, and nothing else")
@Outcome(expect = Expect.FORBIDDEN, desc = "a count was lost, or was another message's")
@State
public class FateStress {
    private static final int CAPACITY = 16;

    private final Fates fates = new Fates(CAPACITY, InstantSource.fixed(SignedMessages.TIME));
    private final SeenCache seen = StressMessages.seenCache();
    private final MessageLog log = new MessageLog(2, 1 << 20, CAPACITY + 1L, fates);
    private final FreshMessage message = SignedMessages.publish(log, seen, FIRST, Origin.NONE);

    @Actor
    public void one() {
        fates.sent(message.position(), 1);
        fates.late(message.position(), 1);
    }

    @Actor
    public void other() {
        fates.sent(message.position() - CAPACITY, 100);
        fates.sent(message.position(), 2);
        fates.late(message.position(), 2);
    }

    @Arbiter
    public void read(II_Result result) {
        Fate fate = fates.of(message.message().id());
        result.r1 = fate == null ? 0 : (int) fate.sent();
        result.r2 = fate == null ? 0 : fate.named().size();
    }
}
