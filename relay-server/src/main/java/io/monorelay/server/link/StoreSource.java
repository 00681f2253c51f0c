package io.monorelay.server.link;

import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.HistoryQuery;
import io.monorelay.store.Page;
import io.monorelay.store.Selection;
import io.monorelay.store.StoreReaders;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A selection of the store, for one feed at a time. Belongs to the loop of the link. */
final class StoreSource implements Feed.Source {
    private final StoreReaders readers;
    private final CommitMark mark;
    private final CommitQueue commits;
    private final Selection selection;
    private final Executor loop;

    private @Nullable Runnable onDurable;
    private boolean waiting;

    /** @param commits a queue of that loop in which nobody waits but for what comes next */
    StoreSource(StoreReaders readers, CommitMark mark, CommitQueue commits, Selection selection, Executor loop) {
        this.readers = readers;
        this.mark = mark;
        this.commits = commits;
        this.selection = selection;
        this.loop = loop;
    }

    @Override
    public long durableThrough() {
        return mark.position();
    }

    @Override
    public void awaitDurable(long position, Runnable then) {
        onDurable = then;
        if (!waiting) {
            waiting = true;
            commits.await(position, this::onDurable);
        }
    }

    private void onDurable() {
        waiting = false;
        Runnable then = onDurable;
        onDurable = null;
        if (then != null) {
            then.run();
        }
    }

    @Override
    public void read(long after, long through, StoreReaders.Answer<Page> answer) {
        HistoryQuery query = new HistoryQuery(after, through, Feed.PAGE_MESSAGES, Feed.PAGE_BYTES, selection);
        readers.ask(store -> store.read(query), loop, answer);
    }
}
