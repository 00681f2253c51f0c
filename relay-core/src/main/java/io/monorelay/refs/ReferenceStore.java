package io.monorelay.refs;

import java.util.List;

/**
 * Where the addresses of a {@link ReferenceBook} are kept when the relay does not run. Both methods may block; one thread
 * calls at a time.
 */
public interface ReferenceStore {
    /** Everything that was saved last; nothing at first. */
    List<HttpReference> load() throws ReferenceStoreException;

    /** Keeps exactly these, or what was kept before when it fails. */
    void save(List<HttpReference> references) throws ReferenceStoreException;

    /** Keeps nothing. */
    static ReferenceStore none() {
        return new ReferenceStore() {
            @Override
            public List<HttpReference> load() {
                return List.of();
            }

            @Override
            public void save(List<HttpReference> references) {}
        };
    }
}
