package io.monorelay.bench.load;

/**
 * Who takes part. Nodes have numbers from 0; the first ones publish, and the last ones read slowly.
 *
 * @param nodes all of them; each receives what the others publish
 * @param publishers how many of them publish as well
 * @param originals how many are as an original node is, the last ones that do not read slowly
 * @param slow how many take what comes only for a tenth of the time
 * @param leavesPerSecond how often one of the others leaves, comes back and wants what it missed
 */
public record Crowd(int nodes, int publishers, int originals, int slow, double leavesPerSecond) {
    /** So many of the nodes of ours that read quickly never leave, for each one that does. */
    private static final int STAYING_FOR_EACH_LEAVER = 3;

    public Crowd {
        check("nodes", nodes, 2, 65_536);
        check("publishers", publishers, 1, nodes);
        check("original nodes", originals, 0, nodes);
        check("slow nodes", slow, 0, nodes - originals);
        if (!(leavesPerSecond >= 0 && leavesPerSecond <= 1000)) {
            throw new IllegalArgumentException("churn is " + leavesPerSecond + ", expected 0 to 1000 a second");
        }
        if (leavesPerSecond > 0 && nodes - originals - slow < 1) {
            throw new IllegalArgumentException("churn needs a node that is neither original nor slow");
        }
    }

    private static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": " + value + ", expected " + least + " to " + most);
        }
    }

    boolean isSlow(int node) {
        return node >= nodes - slow;
    }

    boolean isOriginal(int node) {
        return !isSlow(node) && node >= nodes - slow - originals;
    }

    /** Whether what it takes to reach that node says something about the relay. */
    boolean isSteady(int node) {
        return !isSlow(node) && !leaves(node);
    }

    /** Whether that node is one of those that leave and come back. */
    boolean leaves(int node) {
        int ours = nodes - slow - originals;
        int leavers = leavesPerSecond == 0 ? 0 : Math.max(1, ours / (1 + STAYING_FOR_EACH_LEAVER));
        return node < ours && node >= ours - leavers;
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder(nodes + " nodes, " + publishers + " of them publish");
        if (originals > 0) {
            text.append(", ").append(originals).append(" as an original");
        }
        if (slow > 0) {
            text.append(", ").append(slow).append(" read slowly");
        }
        if (leavesPerSecond > 0) {
            text.append(", ").append(leavesPerSecond).append(" leave and come back a second");
        }
        return text.toString();
    }
}
