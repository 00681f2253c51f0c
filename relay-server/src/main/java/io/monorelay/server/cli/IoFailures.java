package io.monorelay.server.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Words for failures of the file system, whose own messages are often the name of the file alone. */
final class IoFailures {
    private IoFailures() {}

    static String describe(IOException failure) {
        if (!(failure instanceof FileSystemException onFile)) {
            return String.valueOf(failure.getMessage());
        }
        return onFile.getFile() + ": " + reason(onFile);
    }

    private static @Nullable String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException unused -> "no such file or directory";
            case AccessDeniedException unused -> "permission denied";
            case FileAlreadyExistsException unused -> "there is already a file of this name";
            case NotDirectoryException unused -> "not a directory";
            default -> failure.getReason();
        };
    }
}
