package io.monorelay.server.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CuttableProxyTest {
    private static final int SILENCE_MILLIS = 200;
    private ServerSocket server;
    private CuttableProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = listener();
        proxy = CuttableProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private static ServerSocket listener() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(RawConnection.PATIENCE_MILLIS);
        return listener;
    }

    private Socket connect() throws IOException {
        return patient(new Socket(InetAddress.getLoopbackAddress(), proxy.port()));
    }

    private static Socket patient(Socket socket) throws IOException {
        socket.setSoTimeout(RawConnection.PATIENCE_MILLIS);
        return socket;
    }

    private static void say(Socket from, String text) throws IOException {
        from.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static void hear(Socket at, String text) throws IOException {
        assertThat(at.getInputStream().readNBytes(text.length()))
                .asString(UTF_8)
                .isEqualTo(text);
    }

    private static void assertSilence(Socket at) throws IOException {
        at.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        patient(at);
    }

    private static void assertReset(Socket at) {
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void bytesAndEndsArePassedOnBothWays() throws IOException {
        try (Socket near = connect();
                Socket far = patient(server.accept())) {
            say(near, "there");
            hear(far, "there");
            near.shutdownOutput();
            assertThat(far.getInputStream().read()).isEqualTo(-1);
            say(far, "and back");
            far.shutdownOutput();
            hear(near, "and back");
            assertThat(near.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aCutResetsWhatThereIsAndWhatComesUntilItIsHealed() throws IOException {
        try (Socket near = connect();
                Socket far = patient(server.accept())) {
            proxy.cut();
            assertReset(near);
            assertReset(far);
        }
        try (Socket late = connect()) {
            assertReset(late);
        }
        proxy.heal();
        try (Socket near = connect();
                Socket far = patient(server.accept())) {
            say(near, "again");
            hear(far, "again");
        }
        assertThat(proxy.connections()).isEqualTo(3);
    }

    @Test
    void aBlackHoleIsSilentAndNothingIsLostWhenItIsHealed() throws IOException {
        try (Socket near = connect();
                Socket far = patient(server.accept())) {
            proxy.blackHole();
            say(near, "there");
            say(far, "and back");
            far.shutdownOutput();
            assertSilence(near);
            assertSilence(far);
            proxy.heal();
            hear(far, "there");
            hear(near, "and back");
            assertThat(near.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionIntoABlackHoleGetsNoAnswerUntilItIsHealed() throws IOException {
        proxy.blackHole();
        try (Socket near = connect()) {
            assertSilence(near);
            server.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
            proxy.heal();
            server.setSoTimeout(RawConnection.PATIENCE_MILLIS);
            try (Socket far = patient(server.accept())) {
                say(far, "hello");
                hear(near, "hello");
            }
        }
    }

    @Test
    void aBlackHoleThatIsCutResets() throws IOException {
        try (Socket near = connect();
                Socket far = patient(server.accept())) {
            proxy.blackHole();
            say(near, "lost");
            proxy.cut();
            assertReset(near);
            assertReset(far);
        }
    }

    @Test
    void anEndThatFailsToComeInGoodOrderIsAReset() throws IOException {
        try (Socket near = connect()) {
            try (Socket far = patient(server.accept())) {
                far.setSoLinger(true, 0);
            }
            assertReset(near);
        }
    }

    @Test
    void aNodeThatCameBackElsewhereIsReached() throws IOException {
        server.close();
        try (Socket nobody = connect()) {
            assertReset(nobody);
        }
        try (ServerSocket elsewhere = listener()) {
            proxy.passOnTo(elsewhere.getLocalPort());
            try (Socket near = connect();
                    Socket far = patient(elsewhere.accept())) {
                say(near, "found");
                hear(far, "found");
            }
        }
    }
}
