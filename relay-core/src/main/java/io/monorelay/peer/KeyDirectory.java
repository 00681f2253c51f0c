package io.monorelay.peer;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.NodeKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which proven key is connected, and by which peer, over all event loops. One connection a key: a later one takes the
 * place of the earlier, which is told so and closed. Any thread.
 */
public final class KeyDirectory {
    private final ConcurrentMap<NodeKey, Peer> peers = new ConcurrentHashMap<>();

    /** Gives the key's place to that peer, which has proven to hold the key. */
    public void claim(NodeKey key, Peer peer) {
        Peer earlier = peers.put(key, peer);
        if (earlier != null && earlier != peer) {
            earlier.eventLoop().execute(() -> earlier.close(CloseCode.REPLACED, "this key connected again"));
        }
    }

    /** Gives up the key's place, if that peer still has it. */
    public void release(NodeKey key, Peer peer) {
        peers.remove(key, peer);
    }

    public boolean isOnline(NodeKey key) {
        return peers.containsKey(key);
    }

    public int size() {
        return peers.size();
    }
}
