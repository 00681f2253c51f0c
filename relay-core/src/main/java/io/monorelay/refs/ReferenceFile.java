package io.monorelay.refs;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the addresses of a {@link ReferenceBook} in a file. Every change of the book is written soon after, on a thread
 * of its own, many changes at once; how the references behaved meanwhile goes along, at the latest on {@link #close}.
 * The file is replaced as a whole, so that it is at any moment either the old or the new one.
 */
public final class ReferenceFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReferenceFile.class);
    private static final int CLOSE_TIMEOUT_SECONDS = 10;

    private final Path file;
    private final ReferenceBook book;
    private final ExecutorService writer;
    private final AtomicBoolean writeIsDue = new AtomicBoolean();

    private ReferenceFile(Path file, ReferenceBook book) {
        this.file = file;
        this.book = book;
        writer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("reference-file").daemon().factory());
    }

    /**
     * Puts what the file has into the book, and from then on keeps the file as the book is. A file that is not there is
     * an empty one. Blocks while it reads.
     *
     * @throws ReferenceFileException if the file cannot be read or is damaged; it stays as it is
     */
    public static ReferenceFile open(Path file, ReferenceBook book) throws ReferenceFileException {
        book.restore(read(file));
        ReferenceFile opened = new ReferenceFile(file, book);
        book.addListener(opened::onChanged);
        return opened;
    }

    /** Writes the file a last time, and waits for that. */
    @Override
    public void close() {
        writeSoon();
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} was not written within {} s", file, CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<HttpReference> read(Path file) throws ReferenceFileException {
        try {
            return ReferenceFormat.read(Files.readAllBytes(file));
        } catch (NoSuchFileException nothingStored) {
            return List.of();
        } catch (IOException unreadable) {
            throw new ReferenceFileException("cannot read " + file + ": " + unreadable, unreadable);
        } catch (ReferenceFileException damaged) {
            throw new ReferenceFileException(file + " is damaged at " + damaged.getMessage(), damaged);
        }
    }

    private void onChanged(URI changed) {
        LOG.debug("{} changed, {} is due", changed, file);
        writeSoon();
    }

    private void writeSoon() {
        if (!writeIsDue.compareAndSet(false, true)) {
            return;
        }
        try {
            writer.execute(this::writeIfDue);
        } catch (RejectedExecutionException closed) {
            LOG.debug("{} is closed, a late change is not written", file);
        }
    }

    private void writeIfDue() {
        // Before the book is read: a change that comes later makes it due again.
        writeIsDue.set(false);
        try {
            replace(ReferenceFormat.write(book.http()));
        } catch (IOException failed) {
            LOG.warn("cannot write {}, the next change tries again: {}", file, failed.toString());
        }
    }

    private void replace(byte[] text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(text);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
