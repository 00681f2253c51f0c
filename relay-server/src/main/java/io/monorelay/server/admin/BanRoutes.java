package io.monorelay.server.admin;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.AccessRule;
import io.monorelay.server.admission.AccessRules;
import io.monorelay.server.config.Subject;
import io.monorelay.server.http.HttpReply;
import io.monorelay.server.http.Parameters;
import io.monorelay.server.http.RequestTarget;
import io.monorelay.server.http.Responder;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code GET}, {@code POST} and {@code DELETE /bans}: who is denied access, or allowed it where that is for those on the
 * list alone.
 */
public final class BanRoutes {
    private static final String SUBJECT = "subject";

    private final AccessRules rules;

    public BanRoutes(AccessRules rules) {
        this.rules = rules;
    }

    void answer(RequestTarget target, FullHttpRequest request, Responder to) throws ProtocolException {
        target.require(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE);
        if (target.method().equals(HttpMethod.GET)) {
            to.send(list());
        } else if (target.method().equals(HttpMethod.POST)) {
            make(Json.read(request), to);
        } else {
            lift(subject(parameter(target)), to);
        }
    }

    private FullHttpResponse list() {
        return Json.of(
                HttpResponseStatus.OK,
                Map.of("rules", rules.list().stream().map(BanRoutes::members).toList()));
    }

    private static Map<String, Object> members(AccessRule rule) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kind", rule.kind().name().toLowerCase(Locale.ROOT));
        members.put(SUBJECT, rule.subject().toString());
        members.put("until", rule.until().map(Instant::toString).orElse(null));
        members.put("reason", rule.reason());
        members.put("permanent", rule.permanent());
        return members;
    }

    private void make(JsonNode wanted, Responder to) throws ProtocolException {
        Subject subject = subject(wanted.path(SUBJECT).asString(""));
        Optional<Instant> until = until(wanted.path("until"));
        String reason = wanted.path("reason").asString("");
        String kind = wanted.path("kind").asString("deny");
        try {
            CompletionStage<Void> made = switch (kind) {
                case "deny" -> rules.ban(subject, until, reason);
                case "allow" -> rules.allow(subject, until, reason);
                default -> throw bad("\"kind\": expected deny or allow");
            };
            answer(made, Map.of("made", subject.toString()), to);
        } catch (IllegalArgumentException | IllegalStateException impossible) {
            throw bad(String.valueOf(impossible.getMessage()));
        }
    }

    private void lift(Subject subject, Responder to) {
        rules.lift(subject)
                .whenCompleteAsync(
                        (lifted, failure) -> to.send(
                                Boolean.FALSE.equals(lifted)
                                        ? HttpReply.fault(Fault.NO_SUCH_PATH, "no rule for " + subject + " was made")
                                        : saved(failure, Map.of("lifted", subject.toString()))),
                        to.owner());
    }

    private static void answer(CompletionStage<Void> change, Map<String, ?> what, Responder to) {
        change.whenCompleteAsync((saved, failure) -> to.send(saved(failure, what)), to.owner());
    }

    /** What could not be saved holds all the same, until the node ends. */
    private static FullHttpResponse saved(@Nullable Throwable failure, Map<String, ?> what) {
        Map<String, Object> members = new LinkedHashMap<>(what);
        members.put("saved", failure == null);
        return Json.of(HttpResponseStatus.OK, members);
    }

    private static String parameter(RequestTarget target) throws ProtocolException {
        List<String> values = target.parameters().getOrDefault(SUBJECT, List.of(""));
        return Parameters.single(SUBJECT, values);
    }

    private static Subject subject(String text) throws ProtocolException {
        Subject subject = Subject.parse(text);
        if (subject == null) {
            throw bad("\"" + SUBJECT + "\": expected a key, an address or a network such as 192.0.2.0/24, got \""
                    + RequestTarget.shown(text) + "\"");
        }
        return subject;
    }

    private static Optional<Instant> until(JsonNode time) throws ProtocolException {
        if (time.isMissingNode() || time.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(time.asString("")));
        } catch (DateTimeException unreadable) {
            throw bad("\"until\": expected a time such as 2030-01-31T12:00:00Z, got \""
                    + RequestTarget.shown(time.asString("")) + "\"");
        }
    }

    private static ProtocolException bad(String info) {
        return new ProtocolException(Fault.BAD_PARAMETER, info);
    }
}
