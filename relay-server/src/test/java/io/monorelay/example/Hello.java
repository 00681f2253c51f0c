package io.monorelay.example;

import io.monorelay.client.RelayClient;
import io.monorelay.client.RelayClientBuilder;
import java.net.URI;
import java.util.concurrent.TimeUnit;

final class Hello {
    public static void main(String[] relays) throws Exception {
        RelayClientBuilder node = RelayClient.builder().onMessage(message -> System.out.println(message.data()));
        for (String relay : relays) {
            node.relay(URI.create(relay));
        }
        RelayClient client = node.start();
        System.out.println(client.publish("hello").toCompletableFuture().get(30, TimeUnit.SECONDS));
        client.close().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
