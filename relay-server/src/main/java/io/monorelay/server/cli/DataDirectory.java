package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.KeyFile;
import io.monorelay.crypto.NodeIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a relay keeps what it must not lose. */
final class DataDirectory {
    private static final String KEY_FILE = "node.key";

    private static final String LOCK_FILE = "relay.lock";

    /** Keeps other processes out of the directory, until it is released or the process ends. */
    static final class Lock {
        private final FileChannel file;

        private Lock(FileChannel file) {
            this.file = file;
        }

        void release() throws CommandException {
            try {
                file.close();
            } catch (IOException e) {
                throw CommandException.failed("the data directory stays locked: " + IoFailures.describe(e), e);
            }
        }
    }

    private final Path directory;

    DataDirectory(Path directory) {
        this.directory = directory;
    }

    /** The relay's key pair, which is made the first time; warns where others can read it. */
    NodeIdentity identity(Ed25519 ed25519, PrintWriter warnings) throws CommandException {
        prepare();
        Path file = directory.resolve(KEY_FILE);
        try {
            KeyFile.Loaded loaded = KeyFile.read(file, ed25519);
            if (loaded.readableByOthers()) {
                warnings.println("relay: other users can read the key file " + file + "; better: chmod 600 " + file);
            }
            return loaded.identity();
        } catch (NoSuchFileException firstStart) {
            return make(file, ed25519);
        } catch (IOException e) {
            throw CommandException.failed("the key cannot be read: " + IoFailures.describe(e), e);
        }
    }

    /** Takes the directory for this process alone; makes it if it is not there. */
    Lock lock() throws CommandException {
        prepare();
        Path path = directory.resolve(LOCK_FILE);
        try {
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(file)) {
                return new Lock(file);
            }
            file.close();
        } catch (IOException e) {
            throw CommandException.failed("the data directory cannot be locked: " + IoFailures.describe(e), e);
        }
        throw CommandException.failed(
                "the data directory " + directory + " is in use by another relay", new IOException(LOCK_FILE));
    }

    /** Within one process the second attempt is an exception. */
    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    private void prepare() throws CommandException {
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            throw CommandException.failed("the data directory " + directory + " is not a directory", e);
        } catch (IOException e) {
            throw CommandException.failed("the data directory cannot be made: " + IoFailures.describe(e), e);
        }
        if (!Files.isWritable(directory)) {
            throw CommandException.failed(
                    "the data directory " + directory + " is not writable", new NoSuchFileException(KEY_FILE));
        }
    }

    private static NodeIdentity make(Path file, Ed25519 ed25519) throws CommandException {
        NodeIdentity identity = NodeIdentity.generate(ed25519);
        try {
            KeyFile.write(file, identity);
        } catch (IOException e) {
            throw CommandException.failed("the key cannot be written: " + IoFailures.describe(e), e);
        }
        return identity;
    }
}
