package io.monorelay.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.monorelay.protocol.NodeKey;
import io.monorelay.server.crash.Ledger.Promise;
import io.monorelay.server.crash.Reader.Seen;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Compares what readers got with what was promised. */
final class Audit {
    private final Ledger ledger;

    Audit(Ledger ledger) {
        this.ledger = ledger;
    }

    /** That nothing was noticed on the way, and nothing promised twice. */
    void assertNoViolations() {
        assertThat(ledger.violations()).isEmpty();
        List<Promise> promises = ledger.promises();
        assertThat(promises.stream().map(Promise::position).distinct())
                .as("acknowledged positions")
                .hasSameSizeAs(promises);
        assertThat(promises.stream().map(Promise::id).distinct())
                .as("acknowledged ids")
                .hasSameSizeAs(promises);
    }

    /** That a reader got what was promised for everybody and for that node, each once, in order, and no inventions. */
    void assertHasEverything(String reader, List<Seen> seen, NodeKey key) {
        assertEachOnceInOrder(reader, seen);
        assertHas(
                reader,
                seen,
                promise -> promise.receiver() == null || promise.receiver().equals(key));
    }

    /** That a reader got what was promised for it alone, each once, in order, and nothing else. */
    void assertHasWhatIsAddressed(String reader, List<Seen> seen, NodeKey key) {
        assertEachOnceInOrder(reader, seen);
        assertThat(seen.stream().filter(one -> !one.addressed()))
                .as("what %s got and is not for it alone", reader)
                .isEmpty();
        assertHas(reader, seen, promise -> key.equals(promise.receiver()));
    }

    /** That it is the same, but for what is addressed to somebody. */
    void assertIsThePublicPart(String reader, List<Seen> seen, List<Seen> all) {
        assertEachOnceInOrder(reader, seen);
        List<Seen> expected = all.stream().filter(one -> !one.addressed()).toList();
        assertThat(difference(expected, seen)).as("what is not in %s", reader).isEmpty();
        assertThat(difference(seen, expected)).as("what is only in %s", reader).isEmpty();
    }

    private void assertEachOnceInOrder(String reader, List<Seen> seen) {
        long previous = 0;
        Set<String> before = new HashSet<>();
        for (Seen one : seen) {
            if (one.position() <= previous) {
                fail("%s got %s after position %d", reader, one, previous);
            }
            if (!before.add(one.data())) {
                fail("%s got %s a second time", reader, one);
            }
            if (!ledger.wasPublished(one.data())) {
                fail("%s got %s, which nobody published", reader, one);
            }
            previous = one.position();
        }
    }

    private void assertHas(String reader, List<Seen> seen, Predicate<Promise> isForReader) {
        List<Seen> promised =
                ledger.promises().stream().filter(isForReader).map(Audit::kept).toList();
        assertThat(promised).as("promised to %s", reader).isNotEmpty();
        assertThat(difference(promised, seen))
                .as("of %d promises those that %s did not get like that", promised.size(), reader)
                .isEmpty();
    }

    /** How the promise looks to a reader when it is kept. */
    private static Seen kept(Promise promise) {
        return new Seen(promise.position(), promise.id(), promise.receiver() != null, promise.data());
    }

    private static List<Seen> difference(List<Seen> expected, List<Seen> seen) {
        Set<Seen> all = new HashSet<>(seen);
        return expected.stream().filter(one -> !all.contains(one)).toList();
    }
}
