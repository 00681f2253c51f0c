package io.monorelay.peer;

import static io.monorelay.log.SignedMessages.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.NodeKey;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

final class KeyDirectoryTest {
    private static final NodeKey KEY = key(1);

    private final ManualLoop loop = new ManualLoop();
    private final KeyDirectory directory = new KeyDirectory();
    private final RecordedConnection earlier = connection();
    private final RecordedConnection later = connection();
    private final Peer earlierPeer = new Peer(earlier, FrameFormat.V2);
    private final Peer laterPeer = new Peer(later, FrameFormat.V1);

    @Test
    void keyIsOnlineFromItsClaimToItsRelease() {
        assertThat(directory.isOnline(KEY)).isFalse();
        directory.claim(KEY, earlierPeer);
        assertThat(directory.isOnline(KEY)).isTrue();
        assertThat(directory.isOnline(key(2))).isFalse();
        assertThat(directory.size()).isEqualTo(1);

        directory.release(KEY, earlierPeer);

        assertThat(directory.isOnline(KEY)).isFalse();
        assertThat(directory.size()).isZero();
    }

    @Test
    void laterConnectionOfAKeyClosesTheEarlierOneOnItsOwnLoop() {
        directory.claim(KEY, earlierPeer);

        directory.claim(KEY, laterPeer);

        assertThat(earlier.closedWith())
                .as("not on the thread of the later one")
                .isNull();
        loop.run();
        assertThat(earlier.closedWith()).isEqualTo(CloseCode.REPLACED);
        assertThat(CloseCode.REPLACED.code()).isEqualTo(4101);
        assertThat(later.closedWith()).isNull();
        assertThat(directory.size()).isEqualTo(1);
    }

    @Test
    void earlierOneThatGoesAwayDoesNotTakeTheLaterOnesPlace() {
        directory.claim(KEY, earlierPeer);
        directory.claim(KEY, laterPeer);

        directory.release(KEY, earlierPeer);

        assertThat(directory.isOnline(KEY)).isTrue();
    }

    @Test
    void claimingAgainDoesNotCloseTheSameConnection() {
        directory.claim(KEY, earlierPeer);
        directory.claim(KEY, earlierPeer);
        loop.run();

        assertThat(earlier.closedWith()).isNull();
    }

    @Test
    void aSignedTimeTakesNothingFromWhoProvedItOnItsConnection() {
        directory.claim(KEY, earlierPeer);

        assertThat(directory.claimByTime(KEY, laterPeer)).isFalse();
        directory.release(KEY, laterPeer);
        loop.run();

        assertThat(earlier.closedWith()).isNull();
        assertThat(directory.isOnline(KEY)).isTrue();
    }

    @Test
    void aSignedTimeGivesWayToABetterProofAndToALaterTime() {
        RecordedConnection last = connection();
        assertThat(directory.claimByTime(KEY, earlierPeer)).isTrue();
        assertThat(directory.claimByTime(KEY, laterPeer)).isTrue();
        directory.claim(KEY, new Peer(last, FrameFormat.V2));
        loop.run();

        assertThat(earlier.closedWith()).isEqualTo(CloseCode.REPLACED);
        assertThat(later.closedWith()).isEqualTo(CloseCode.REPLACED);
        assertThat(last.closedWith()).isNull();
    }

    private RecordedConnection connection() {
        return new RecordedConnection(ThrottledChannel.open(loop, UnpooledByteBufAllocator.DEFAULT));
    }
}
