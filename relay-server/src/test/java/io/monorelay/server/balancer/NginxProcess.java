package io.monorelay.server.balancer;

import io.monorelay.server.net.CertificateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** nginx in front of a relay, as {@code docs/deploy/nginx.conf} has it: it says by X-Forwarded-For where a client is. */
public final class NginxProcess implements AutoCloseable {
    /** Where the relay sees it; it must be in its {@code proxy.trusted}. */
    public static final String ADDRESS = BalancerProcess.OUTGOING;

    private final BalancerProcess process;
    private final int port;
    private final int tlsPort;

    private NginxProcess(BalancerProcess process, int port, int tlsPort) {
        this.process = process;
        this.port = port;
        this.tlsPort = tlsPort;
    }

    /**
     * Starts one; without nginx on this machine the test is aborted.
     *
     * @param directory where its configuration and its files go
     * @param certificate its own, for whoever dials it over TLS
     * @param relayPort where the relay listens, on 127.0.0.1
     */
    public static NginxProcess before(Path directory, CertificateFiles certificate, int relayPort) throws IOException {
        Path program = BalancerProcess.program("nginx");
        int port = BalancerProcess.freePort();
        int tlsPort = BalancerProcess.freePort();
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put("listen 80;", "listen 127.0.0.1:" + port + ";");
        ours.put("listen 443 ssl;", "listen 127.0.0.1:" + tlsPort + " ssl;");
        ours.put("/etc/nginx/relay.example.org.pem", certificate.certificate().toString());
        ours.put("/etc/nginx/relay.example.org.key", certificate.key().toString());
        ours.put("worker_processes auto;", "worker_processes 1;");
        ours.put("worker_connections 20000;", "worker_connections 200;");
        ours.put("http {\n", "http {\n" + ownDirectories(directory));
        ours.put("server 10.0.0.11:8000 fail_timeout=5s;", "server 127.0.0.1:" + relayPort + ";");
        ours.put("server 10.0.0.12:8000 fail_timeout=5s;", "");
        ours.put("proxy_http_version 1.1;", "proxy_http_version 1.1; proxy_bind " + ADDRESS + ";");
        Path configuration = BalancerProcess.configuration("nginx.conf", directory, ours);
        String log = directory.resolve("error.log").toString();
        String directives = "daemon off; error_log " + log + "; pid " + directory.resolve("nginx.pid") + ";";
        List<String> command = List.of(
                program.toString(),
                "-p",
                directory.toString(),
                "-e",
                log,
                "-c",
                configuration.toString(),
                "-g",
                directives);
        return new NginxProcess(BalancerProcess.start(directory, command, port, tlsPort), port, tlsPort);
    }

    /** So that it needs no rights beyond its directory. */
    private static String ownDirectories(Path directory) {
        StringBuilder directives = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            directives
                    .append(kind)
                    .append("_temp_path ")
                    .append(directory.resolve(kind))
                    .append(";\n");
        }
        return directives.toString();
    }

    /** For clients without TLS. */
    public URI address() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /** For clients with TLS, which ends at nginx. */
    public URI tlsAddress() {
        return URI.create("wss://127.0.0.1:" + tlsPort);
    }

    @Override
    public void close() {
        process.close();
    }
}
