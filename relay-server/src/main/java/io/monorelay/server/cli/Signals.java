package io.monorelay.server.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system, by way of {@code sun.misc.Signal}. Java has no other way to them; the class is called
 * by name, since compilers warn of it and a platform may lack it, or the signal.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /**
     * Runs that on a thread of its own each time when the signal comes, in the place of what happened before.
     *
     * @param name without the SIG, such as {@code TERM}
     * @return whether the platform has the signal and lets go of it
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler toAction = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            };
            Object handling = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, toAction);
            Object wanted = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, wanted, handling);
            return true;
        } catch (ReflectiveOperationException unavailable) {
            LOG.debug("SIG{} cannot be handled", name, unavailable);
            return false;
        }
    }
}
