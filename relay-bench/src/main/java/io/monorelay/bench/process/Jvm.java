package io.monorelay.bench.process;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.function.LongSupplier;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The Java process of a relay of the same user, looked into from outside. Used by one thread, which may block. */
public final class Jvm implements AutoCloseable {
    private final JMXConnector connector;
    private final MemoryMXBean memory;
    private final BufferPoolMXBean direct;

    private Jvm(JMXConnector connector) throws IOException {
        this.connector = connector;
        MBeanServerConnection beans = connector.getMBeanServerConnection();
        memory = ManagementFactory.newPlatformMXBeanProxy(
                beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
        direct = ManagementFactory.newPlatformMXBeanProxy(
                beans, "java.nio:type=BufferPool,name=direct", BufferPoolMXBean.class);
    }

    /**
     * Looks into that process.
     *
     * @throws RunException if it is no Java program
     */
    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user
    public static Jvm of(long pid) throws IOException, RunException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                String address = machine.startLocalManagementAgent();
                return new Jvm(JMXConnectorFactory.connect(new JMXServiceURL(address)));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new RunException("process " + pid + " is no Java program that can be looked into", e);
        }
    }

    /** Lets the collector run, and says what is left; NaN when the process has ended. */
    public double heapBytesAfterCollection() {
        return asked(() -> {
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed();
        });
    }

    /** NaN when the process has ended. */
    public double directBytes() {
        return asked(direct::getMemoryUsed);
    }

    private static double asked(LongSupplier question) {
        try {
            return question.getAsLong();
        } catch (UndeclaredThrowableException gone) {
            return Double.NaN;
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException gone) {
            // It ended before.
        }
    }
}
