package io.monorelay.stress;

import static io.monorelay.stress.StressMessages.FIRST;
import static io.monorelay.stress.StressMessages.SECOND;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIJ_Result;

/**
 * Two producers publish, and one of them reads meanwhile: it gets both messages, whole and in order, and then the log
 * holds nothing.
 */
@JCStressTest
@Outcome(id = "2, 2, 0", expect = Expect.ACCEPTABLE, desc = "both, once each, in order of position")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, twice, out of order, or bytes held for nobody")
@State
public class TwoProducersStress {
    private final SeenCache seen = StressMessages.seenCache();
    private final MessageLog log = new MessageLog(4, 1 << 20);
    private final LogReader reader = log.addReader(Runnable::run, () -> {});
    private final List<FreshMessage> read = new ArrayList<>();

    @Actor
    public void publishFirstAndRead() {
        SignedMessages.publish(log, seen, FIRST, Origin.NONE);
        reader.read(read::add);
        reader.read(read::add);
    }

    @Actor
    public void publishSecond() {
        SignedMessages.publish(log, seen, SECOND, Origin.NONE);
    }

    @Arbiter
    public void readTheRest(IIJ_Result result) {
        reader.read(read::add);
        result.r1 = read.size();
        result.r2 = inPlace();
        result.r3 = log.heldBytes();
    }

    private int inPlace() {
        int count = 0;
        for (int i = 0; i < read.size(); i++) {
            FreshMessage fresh = read.get(i);
            boolean same = seen.positionOf(fresh.message().id()) == fresh.position();
            count += same && fresh.position() == i + 1 ? 1 : 0;
        }
        return count;
    }
}
