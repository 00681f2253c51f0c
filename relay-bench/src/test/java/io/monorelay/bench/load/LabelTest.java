package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {
    @Test
    void isReadBackFromTheBeginningOfTheData() {
        Label label = new Label(-5, 17, 123_456);
        assertThat(Label.of(label.text() + "and more")).isEqualTo(label);
        assertThat(label.text()).hasSize(Label.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hello", "0123456789abcdef0123456", "0123456789abcdef0123456_", "what somebody else wrote"})
    void otherDataHasNone(String data) {
        assertThat(Label.of(data)).isNull();
    }
}
