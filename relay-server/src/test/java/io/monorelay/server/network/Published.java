package io.monorelay.server.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What was published in a network, and hence what each node of it is to get. One thread. */
final class Published {
    private static final String EVERYBODY = "everybody";

    private record Text(String sender, String receiver, String text) {}

    private final List<Text> texts = new ArrayList<>();

    /** A text like no other, from that node to everybody. */
    String next(String sender) {
        return next(sender, EVERYBODY);
    }

    /** A text like no other, from one node to another. */
    String next(String sender, String receiver) {
        String text = texts.size() + " from " + sender + " for " + receiver;
        texts.add(new Text(sender, receiver, text));
        return text;
    }

    /** What a node's application reads: everything for everybody, and what is for the node itself. */
    List<String> readableAt(String node) {
        return matching(text -> isForEverybody(text) || text.receiver.equals(node));
    }

    static boolean isForEverybody(String text) {
        return text.endsWith(EVERYBODY);
    }

    /** What others than those published for everybody. */
    List<String> forEverybodyNotBy(String... senders) {
        return matching(text -> isForEverybody(text) && !List.of(senders).contains(text.sender));
    }

    private static boolean isForEverybody(Text text) {
        return text.receiver.equals(EVERYBODY);
    }

    private List<String> matching(Predicate<Text> condition) {
        return texts.stream().filter(condition).map(Text::text).toList();
    }
}
