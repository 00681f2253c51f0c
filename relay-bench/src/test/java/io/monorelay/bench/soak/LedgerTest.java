package io.monorelay.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger(2, 1);

    @Test
    void goodWhenAllWasAcknowledgedAndDelivered() {
        complete();
        assertThat(ledger.isGood()).isTrue();
        assertThat(ledger.summary())
                .contains("acknowledged  2 of 2", "delivered     2 of 2")
                .endsWith("good");
    }

    @Test
    void missingDeliveryIsNotGood() {
        ledger.onSending("from a");
        ledger.onSending("from b");
        ledger.onAcknowledged();
        ledger.onAcknowledged();
        ledger.onReceived("b", "from a");
        assertThat(ledger.isGood()).isFalse();
    }

    @Test
    void repeatedDeliveryIsNotGood() {
        complete();
        ledger.onReceived("b", "from a");
        assertThat(ledger.isGood()).isFalse();
        assertThat(ledger.summary()).contains("b: got a message twice: from a");
    }

    @Test
    void messageThatNobodySentIsNotGood() {
        complete();
        ledger.onReceived("b", "from nowhere");
        assertThat(ledger.isGood()).isFalse();
    }

    private void complete() {
        ledger.onSending("from a");
        ledger.onSending("from b");
        ledger.onAcknowledged();
        ledger.onAcknowledged();
        ledger.onReceived("b", "from a");
        ledger.onReceived("a", "from b");
    }
}
