package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountTest {
    private final Account account = new Account();

    @Test
    void everyMessageOfTheOthersIsDue() {
        account.onAccepted();
        account.onReceived();
        assertThat(account.missing(4)).isEqualTo(2);
    }

    @Test
    void ownMessagesAreNotDue() {
        account.onAccepted();
        account.onAccepted();
        assertThat(account.missing(2)).isZero();
    }

    @Test
    void messageThatIsNotAcknowledgedYetIsNoDebt() {
        account.onReceived();
        assertThat(account.missing(0)).isZero();
    }
}
