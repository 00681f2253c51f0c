package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;
import static io.monorelay.stress.StressMessages.SECOND;

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
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader parks while a message is published: it reads the message, or it is woken. */
@JCStressTest
@Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "read before it parked")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "parked first, and was woken")
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "read, parked, and then seen to be parked")
@Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "asleep with a message to read")
@State
public class LostWakeUpStress {
    private final SeenCache seen = StressMessages.seenCache();
    private final MessageLog log = new MessageLog(4, 1 << 20);
    private int wakeUps;
    private int read;
    private final LogReader reader = log.addReader(Runnable::run, () -> wakeUps++);

    public LostWakeUpStress() {
        SignedMessages.publish(log, seen, FIRST, Origin.NONE);
        wakeUps = 0;
    }

    @Actor
    public void publish() {
        SignedMessages.publish(log, seen, SECOND, Origin.NONE);
    }

    @Actor
    public void readAndPark() {
        do {
            reader.read(message -> ++read > 0);
        } while (!reader.park());
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = read;
        result.r2 = wakeUps;
    }
}
