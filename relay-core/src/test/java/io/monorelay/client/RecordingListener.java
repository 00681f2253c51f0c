package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a listener is told, for the thread of the test to take. */
final class RecordingListener implements RelayListener {
    record Closed(int code, String reason, CloseCode.Next next) {}

    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    /** The next thing that the listener is told. */
    <T> T next(Class<T> type) throws InterruptedException {
        return type.cast(told.poll(10, TimeUnit.SECONDS));
    }

    boolean isEmpty() {
        return told.isEmpty();
    }

    @Override
    public void onMessage(Delivery delivery) {
        told.add(delivery);
    }

    @Override
    public void onGap(Inbound.Gap gap) {
        told.add(gap);
    }

    @Override
    public void onRefusal(Inbound.Refusal refusal) {
        told.add(refusal);
    }

    @Override
    public void onDrain(Inbound.Drain drain) {
        told.add(drain);
    }

    @Override
    public void onClosed(int code, String reason, CloseCode.Next next) {
        told.add(new Closed(code, reason, next));
    }
}
