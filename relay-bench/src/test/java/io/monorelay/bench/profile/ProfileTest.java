package io.monorelay.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProfileTest {
    @Test
    void shareOfALayerIsThatOfAllItsStacks() {
        Profile profile = Profile.of(List.of(
                "[C2 CompilerThre tid=5];PhaseChaitin::Split 1",
                "[relay-1-1 tid=7];io/monorelay/crypto/MessageVerifier.verify 40",
                "[relay-1-1 tid=7];io/monorelay/crypto/MessageVerifier.verify;a method with a blank 35",
                "[relay-store tid=3];write 24"));

        assertThat(profile.total()).isEqualTo(100);
        assertThat(profile.share(Layer.SIGNATURE)).isEqualTo(0.75);
        assertThat(profile.share(Layer.COMPILER)).isEqualTo(0.01);
        assertThat(profile.share(Layer.GC)).isZero();
    }

    @Test
    void programThatWasNeverAtWorkHasNoShares() {
        assertThat(Profile.of(List.of()).share(Layer.FAN_OUT)).isZero();
    }
}
