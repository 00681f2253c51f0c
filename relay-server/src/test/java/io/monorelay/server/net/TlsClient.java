package io.monorelay.server.net;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The platform's own TLS, which takes every certificate and tells whose it was. */
public final class TlsClient {
    private static final SSLContext CONTEXT = context();

    private TlsClient() {}

    /** Dials a relay and speaks TLS at once. */
    public static RawConnection dial(int port) {
        return startOn(RawConnection.to(port));
    }

    /** Goes on in TLS on a connection that has begun otherwise. */
    public static RawConnection startOn(RawConnection connection) {
        return startOn(connection, socket -> {});
    }

    /** The same with a socket that is set up in that way. */
    public static RawConnection startOn(RawConnection connection, Consumer<SSLSocket> setUp) {
        return connection.layered(plain -> {
            SSLSocket socket = (SSLSocket) CONTEXT.getSocketFactory().createSocket(plain, "localhost", 0, true);
            setUp.accept(socket);
            socket.startHandshake();
            return socket;
        });
    }

    /** The name in the certificate of the other side. */
    public static Principal peer(Socket socket) {
        try {
            X509Certificate certificate =
                    (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal();
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
