package io.monorelay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.NodeKey;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class PositionBookTest {
    private static final NodeKey KEY = SignedMessages.key(1);

    private final MemoryStore memory = new MemoryStore(1 << 20, InstantSource.system());
    private final FaultyStore store = new FaultyStore(memory);
    private final PositionBook book = new PositionBook();

    @Test
    void whatANodeSaidIsKnownBeforeTheStoreIsToldAndAfter() throws StoreException {
        assertThat(book.position(KEY, store)).isEmpty();

        book.processed(KEY, 5);
        assertThat(book.position(KEY, store)).hasValue(5);
        assertThat(memory.rememberedPosition(KEY)).isEmpty();

        book.flush(store);
        assertThat(book.position(KEY, store)).hasValue(5);
        assertThat(memory.rememberedPosition(KEY)).hasValue(5);
    }

    @Test
    void itNeverMovesBack() throws StoreException {
        book.processed(KEY, 5);
        book.processed(KEY, 3);
        assertThat(book.position(KEY, store)).hasValue(5);
        book.flush(store);

        book.processed(KEY, 4);
        assertThat(book.position(KEY, store)).hasValue(5);
        book.flush(store);
        assertThat(book.position(KEY, store)).hasValue(5);
    }

    @Test
    void whatTheStoreCouldNotBeToldIsToldTheNextTime() throws StoreException {
        book.processed(KEY, 5);
        store.fail("away");
        assertThatThrownBy(() -> book.flush(store)).isInstanceOf(StoreException.class);
        assertThat(book.position(KEY, store)).hasValue(5);

        store.work();
        book.flush(store);

        assertThat(memory.rememberedPosition(KEY)).hasValue(5);
    }
}
