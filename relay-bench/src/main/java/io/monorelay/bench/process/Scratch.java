package io.monorelay.bench.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for what is needed during a run. It is deleted after a good one, and stays after a bad one, for its logs. */
public final class Scratch {
    private final Path directory;

    public Scratch() throws IOException {
        directory = Files.createTempDirectory("monorelay-bench-");
    }

    /** In that directory, which is made where it is not there. */
    public Scratch(Path parent) throws IOException {
        directory = Files.createTempDirectory(Files.createDirectories(parent), "monorelay-bench-");
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    public void delete() throws IOException {
        Files.walkFileTree(directory, new Deletion());
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}
