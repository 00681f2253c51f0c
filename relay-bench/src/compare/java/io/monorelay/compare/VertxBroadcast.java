package io.monorelay.compare;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;

/** Vert.x with its event bus, as in its examples; one event loop, with its native transport where there is one. */
public final class VertxBroadcast {
    private static final String EVERYBODY = "everybody";
    private static final int BACKLOG = 4096;

    private final EventBus bus;

    private VertxBroadcast(EventBus bus) {
        this.bus = bus;
    }

    /** Serves on the port that is given, on loopback, until the process ends. */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        VertxBroadcast broadcast = new VertxBroadcast(vertx.eventBus());
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(Integer.parseInt(arguments[0]))
                .setAcceptBacklog(BACKLOG)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        vertx.createHttpServer(options).webSocketHandler(broadcast::accept).listen();
    }

    private void accept(ServerWebSocket socket) {
        MessageConsumer<String> consumer =
                bus.localConsumer(EVERYBODY, message -> socket.writeTextMessage(message.body()));
        socket.textMessageHandler(text -> bus.publish(EVERYBODY, text));
        socket.closeHandler(closed -> consumer.unregister());
        socket.exceptionHandler(failure -> socket.close());
    }
}
