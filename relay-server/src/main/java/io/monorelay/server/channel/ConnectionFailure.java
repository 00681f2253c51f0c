package io.monorelay.server.channel;

import io.monorelay.metrics.RelayMetrics;
import io.monorelay.protocol.Fault;
import io.netty.channel.Channel;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what the network does to a connection from what this program does. Any thread. */
public final class ConnectionFailure {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionFailure.class);

    /** ETIMEDOUT of Linux. */
    private static final int TIMED_OUT = -110;

    private ConnectionFailure() {}

    /** Notes why a connection is about to be closed; what is not the network's doing is counted and logged as a fault. */
    public static void note(Channel channel, Throwable cause, RelayMetrics metrics) {
        if (cause instanceof IOException || cause instanceof PrematureChannelClosureException || isOfTls(cause)) {
            LOG.debug("{}: {}", ClientAddress.text(channel), cause.getMessage());
        } else {
            metrics.faults().increment(Fault.INTERNAL);
            LOG.error("closing the connection of {}", ClientAddress.text(channel), cause);
        }
    }

    /** Whether the system has given the connection up, because the other side does not take what was sent. */
    public static boolean isOfSilence(Throwable cause) {
        return cause instanceof Errors.NativeIoException failure && failure.expectedErr() == TIMED_OUT;
    }

    private static boolean isOfTls(Throwable cause) {
        return cause instanceof DecoderException && cause.getCause() instanceof SSLException;
    }
}
