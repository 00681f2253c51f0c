package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;
import static io.monorelay.stress.StressMessages.SECOND;
import static io.monorelay.stress.StressMessages.THIRD;

import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIJ_Result;

/**
 * One who has read a full ring wants a slot of it that another reader is about to leave: it is turned away, or gets it
 * when both have left; either way both readers see each message that is published.
 */
@JCStressTest
@Outcome(id = "3, 3, 0", expect = Expect.ACCEPTABLE, desc = "the ring was full, or both read the new one, too")
@Outcome(expect = Expect.FORBIDDEN, desc = "a message was cleared before it was read, or after it was written")
@State
public class SlotReuseStress {
    private final SeenCache seen = StressMessages.seenCache();
    private final MessageLog log = new MessageLog(2, 1 << 20);
    private final LogReader one = log.addReader(Runnable::run, () -> {});
    private final LogReader other = log.addReader(Runnable::run, () -> {});
    private boolean turnedAway;
    private int readByOne;
    private int readByOther;

    public SlotReuseStress() {
        SignedMessages.publish(log, seen, FIRST, Origin.NONE);
        SignedMessages.publish(log, seen, SECOND, Origin.NONE);
    }

    @Actor
    public void readAndProduce() {
        one.read(message -> ++readByOne > 0);
        long position = log.tryClaim(THIRD.membersLength());
        turnedAway = position == MessageLog.FULL;
        if (!turnedAway) {
            log.publish(seen.admit(THIRD, position, Origin.NONE));
        }
    }

    @Actor
    public void readOther() {
        other.read(message -> ++readByOther > 0);
    }

    @Arbiter
    public void readTheRest(IIJ_Result result) {
        one.read(message -> ++readByOne > 0);
        other.read(message -> ++readByOther > 0);
        int notPublished = turnedAway ? 1 : 0;
        result.r1 = readByOne + notPublished;
        result.r2 = readByOther + notPublished;
        result.r3 = log.heldBytes();
    }
}
