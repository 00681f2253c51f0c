package io.monorelay.server.link;

import io.monorelay.protocol.MessageId;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoreReaders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the store, off the loop, which messages it has. */
final class StoredIds implements Standby.Stored {
    private static final Logger LOG = LoggerFactory.getLogger(StoredIds.class);

    private final StoreReaders readers;
    private final Executor loop;

    StoredIds(StoreReaders readers, Executor loop) {
        this.readers = readers;
        this.loop = loop;
    }

    @Override
    public void ask(List<MessageId> ids, Consumer<Set<MessageId>> answer) {
        readers.ask(store -> known(ids, store), loop, new StoreReaders.Answer<>() {
            @Override
            public void onAnswer(Set<MessageId> known) {
                answer.accept(known);
            }

            @Override
            public void onFailure(StoreException failure) {
                LOG.debug("the store cannot say what it has", failure);
            }
        });
    }

    private static Set<MessageId> known(List<MessageId> ids, MessageStore store) throws StoreException {
        Set<MessageId> known = new HashSet<>();
        for (MessageId id : ids) {
            if (store.find(id) != null) {
                known.add(id);
            }
        }
        return known;
    }
}
