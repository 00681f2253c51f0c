package io.monorelay.server.config;

import io.monorelay.client.ProxyAddress;
import io.monorelay.client.ProxySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as other programs understand it: {@code HTTPS_PROXY}, {@code HTTP_PROXY},
 * {@code ALL_PROXY} where those are missing, and {@code NO_PROXY}; each in capitals or in small letters. This machine
 * itself is never reached through a proxy.
 */
public final class ProxyEnvironment {
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    private static final Pattern BETWEEN_HOSTS = Pattern.compile("[,\\s]+");

    private ProxyEnvironment() {}

    /**
     * What the environment of this process says.
     *
     * @throws IllegalArgumentException if a proxy cannot be used, naming the variable
     */
    public static ProxySettings read() {
        return of(ConfigLoader.environment());
    }

    static ProxySettings of(Map<String, String> environment) {
        ProxyAddress all = proxy(environment, "ALL_PROXY", null);
        return new ProxySettings(
                proxy(environment, "HTTPS_PROXY", all), proxy(environment, "HTTP_PROXY", all), direct(environment));
    }

    private static @Nullable ProxyAddress proxy(
            Map<String, String> environment, String name, @Nullable ProxyAddress otherwise) {
        String value = value(environment, name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            // Most programs take a proxy without a scheme for one that speaks HTTP.
            return ProxyAddress.parse(value.contains("://") ? value : "http://" + value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " in the environment: " + e.getMessage(), e);
        }
    }

    private static List<String> direct(Map<String, String> environment) {
        List<String> direct = new ArrayList<>(THIS_MACHINE);
        BETWEEN_HOSTS
                .splitAsStream(value(environment, "NO_PROXY"))
                .filter(host -> !host.isEmpty())
                .forEach(direct::add);
        return direct;
    }

    private static String value(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name.toLowerCase(Locale.ROOT), environment.getOrDefault(name, ""));
        return value.strip();
    }
}
