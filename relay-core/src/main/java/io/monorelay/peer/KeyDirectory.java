package io.monorelay.peer;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.NodeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which proven key is connected, and by which peer, over all event loops. One connection a key: a later one takes the
 * place of the earlier, which is told so and closed. A proof that was for its connection alone is worth more than a signed
 * time, which whoever reaches a node can get from it and pass on. Any thread.
 */
public final class KeyDirectory {
    /** @param byTime whether its proof was a signed time */
    private record Place(Peer peer, boolean byTime) {}

    private final ConcurrentMap<NodeKey, Place> places = new ConcurrentHashMap<>();

    /** Gives the key's place to that peer, which has proven on its connection to hold the key. */
    public void claim(NodeKey key, Peer peer) {
        Place earlier = places.put(key, new Place(peer, false));
        if (earlier != null) {
            replace(earlier.peer(), peer);
        }
    }

    /**
     * The same for a peer that has shown a signed time.
     *
     * @return false if the place stays with a peer whose proof was better
     */
    public boolean claimByTime(NodeKey key, Peer peer) {
        Place wanted = new Place(peer, true);
        while (true) {
            Place earlier = places.putIfAbsent(key, wanted);
            if (earlier == null) {
                return true;
            }
            if (!earlier.byTime()) {
                return false;
            }
            if (places.replace(key, earlier, wanted)) {
                replace(earlier.peer(), peer);
                return true;
            }
        }
    }

    private static void replace(Peer earlier, Peer later) {
        if (earlier != later) {
            earlier.eventLoop().execute(() -> earlier.close(CloseCode.REPLACED, "this key connected again"));
        }
    }

    /** Gives up the key's place, if that peer still has it. */
    public void release(NodeKey key, Peer peer) {
        places.computeIfPresent(key, (same, place) -> place.peer() == peer ? null : place);
    }

    public boolean isOnline(NodeKey key) {
        return places.containsKey(key);
    }

    public int size() {
        return places.size();
    }
}
