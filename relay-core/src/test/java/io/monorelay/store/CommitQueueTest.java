package io.monorelay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class CommitQueueTest {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final CommitMark mark = new CommitMark(Durability.COMMIT, 10);
    private final CommitQueue queue = mark.newQueue(tasks::add);

    @Test
    void whatIsDurableAlreadyIsToldAtOnce() {
        queue.await(10, () -> told.add("ten"));

        assertThat(told).containsExactly("ten");
        assertThat(tasks).isEmpty();
    }

    @Test
    void whatIsNotWaitsForTheMarkAndIsToldOnTheOwner() {
        queue.await(12, () -> told.add("twelve"));
        mark.advanceTo(11);
        assertThat(tasks).as("nobody is woken for nothing").isEmpty();

        mark.advanceTo(12);
        assertThat(told).as("the owner runs it, not the writer").isEmpty();
        runTasks();

        assertThat(told).containsExactly("twelve");
        assertThat(queue.size()).isZero();
    }

    @Test
    void theOwnerIsWokenOnceForACommit() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            queue.await(11 + i, () -> told.add("" + number));
        }
        mark.advanceTo(13);
        mark.advanceTo(14);
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(told).containsExactly("0", "1", "2", "3");

        mark.advanceTo(15);
        runTasks();
        assertThat(told).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void firstComeFirstServedAlsoWhenALaterOneIsDurableBefore() {
        queue.await(12, () -> told.add("first"));
        queue.await(5, () -> told.add("second"));
        assertThat(told).isEmpty();

        mark.advanceTo(12);
        runTasks();

        assertThat(told).containsExactly("first", "second");
    }

    @Test
    void whoeverIsToldMayWaitAgain() {
        queue.await(11, () -> queue.await(12, () -> told.add("again")));
        mark.advanceTo(11);
        runTasks();
        assertThat(told).isEmpty();

        mark.advanceTo(12);
        runTasks();

        assertThat(told).containsExactly("again");
        assertThat(tasks).isEmpty();
    }

    @Test
    void aWaiterThatFailsDoesNotKeepTheOthersWaiting() {
        queue.await(11, () -> {
            throw new IllegalStateException("of this one alone");
        });
        queue.await(11, () -> told.add("next"));
        mark.advanceTo(11);

        assertThatThrownBy(this::runTasks).hasMessage("of this one alone");
        runTasks();

        assertThat(told).containsExactly("next");
    }

    @Test
    void theMarkNeverMovesBack() {
        mark.advanceTo(9);

        assertThat(mark.position()).isEqualTo(10);
    }

    @Test
    void anOwnerThatHasShutDownDoesNotDisturbTheWriter() {
        CommitQueue ended = mark.newQueue(task -> {
            throw new RejectedExecutionException("shut down");
        });
        ended.await(11, () -> told.add("never"));
        queue.await(11, () -> told.add("still here"));

        mark.advanceTo(11);
        runTasks();

        assertThat(told).containsExactly("still here");
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
