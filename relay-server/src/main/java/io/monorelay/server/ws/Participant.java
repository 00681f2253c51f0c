package io.monorelay.server.ws;

import io.monorelay.fanout.Resume;
import io.monorelay.fanout.Subscriber;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.metrics.Offence;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.SocketReference;
import io.monorelay.relay.Publisher;
import io.monorelay.relay.Receipt;
import io.monorelay.server.admission.Budget;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.store.CommitQueue;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A peer's part in the relay: its place in the fan-out, what it publishes and is answered, and under its key, once that
 * is proven, its place in the index, the directory and the references. Owned by the event loop of the connection.
 */
final class Participant implements Publisher {
    /** Writes a receipt as the peer understands it. */
    interface Answers {
        byte[] textOf(Receipt receipt);
    }

    private static final int MALFORMED = 400;

    // fixed after construction
    private final LoopContext context;
    private final Peer peer;
    private final Answers answers;
    private final Runnable flushLater = this::flushLater;

    // owned by the event loop
    private @Nullable Subscriber place;
    /** Whether its key was proven for this connection alone, which a signed time is not. */
    private boolean bound;

    /** Made when the peer first costs something. */
    private @Nullable Spending spending;

    private boolean publishing;
    private boolean flushIsDue;
    private @Nullable Runnable whenSettled;

    Participant(LoopContext context, Peer peer, Answers answers) {
        this.context = context;
        this.peer = peer;
        this.answers = answers;
    }

    /** From now on the peer gets what is published. */
    void join() {
        place = context.fanout().join(peer);
    }

    /** From now on the peer gets what is published, but before that what the store has for it. */
    void join(Resume resume) {
        place = context.fanout().joinReplaying(peer, resume);
    }

    Peer peer() {
        return peer;
    }

    boolean hasJoined() {
        return place != null;
    }

    /**
     * From now on the peer also gets what is addressed to that key, which it has proven for this connection to hold, and pays
     * for it with the others of that key; or it is closed, where that key takes no part.
     */
    void proven(NodeKey key) {
        Subscriber subscriber = place;
        if (subscriber != null && isAdmitted(key)) {
            bound = true;
            context.directory().claim(key, peer);
            take(key, subscriber);
            if (spending != null) {
                spending.changeTo(budgetOf(key, spending.budget()));
            }
        }
    }

    /**
     * The same for a signed time, which others may have passed on: it takes nothing from who is here with a better proof, and
     * nothing from the budget of the key.
     *
     * @throws ProtocolException with {@link Fault#HANDSHAKE_KEY} if somebody is
     */
    void provenByTime(NodeKey key) throws ProtocolException {
        Subscriber subscriber = place;
        if (subscriber == null || key.equals(peer.key()) || !isAdmitted(key)) {
            return;
        }
        if (!context.directory().claimByTime(key, peer)) {
            throw new ProtocolException(
                    Fault.HANDSHAKE_KEY, "this key is connected with a proof that was for its connection alone");
        }
        take(key, subscriber);
    }

    /** Closes the peer if not. Who proves a key that is denied from this moment on is not among those whom that closes. */
    private boolean isAdmitted(NodeKey key) {
        boolean admitted = context.access().admits(key);
        if (!admitted) {
            peer.close(CloseCode.ACCESS_DENIED, "no access to this relay");
        }
        return admitted;
    }

    private void take(NodeKey key, Subscriber subscriber) {
        forgetKey(subscriber);
        peer.proven(key);
        context.fanout().index(key, subscriber);
        context.references().connected(new SocketReference(key, peer.id()));
    }

    // publishing

    /** Publishes a message of a peer that has joined. */
    void publish(DecodedMessage message) {
        peer.oweReceipt();
        publishing = true;
        try {
            long wait = spending().deposit(message.membersLength());
            if (wait != 0) {
                String info = "this costs more than the relay does for one node; try again in " + wait + " ms";
                context.path().turnAway(message, Fault.OVER_BUDGET, info, wait, this);
            } else if (context.late().isLate(message) && mayBeLate(message)) {
                context.late().publish(message, this, peer.eventLoop());
            } else {
                context.path().publish(message, this);
            }
        } finally {
            publishing = false;
        }
    }

    /** Pays for what the peer sent beside messages, and is done; it is not read for a while if it has not enough. */
    void pay(long workNanos) {
        spending().payFor(workNanos);
    }

    /** What the peer costs. */
    Spending spending() {
        Spending known = spending;
        return known == null ? firstSpending() : known;
    }

    private Spending firstSpending() {
        NodeKey key = peer.key();
        InetAddress address = ClientAddress.of(peer.channel()).getAddress();
        Budget own = context.budgets().ofConnection(address);
        Spending first = new Spending(
                peer,
                bound && key != null ? budgetOf(key, own) : own,
                context.metrics().traffic());
        spending = first;
        return first;
    }

    /** What is left of its own stays its own; a relay that is trusted may bring whatever others have published. */
    private Budget budgetOf(NodeKey key, Budget own) {
        return context.trusted().include(key)
                ? Budget.UNLIMITED
                : context.budgets().withKey(own, key);
    }

    /** A node that was offline publishes what it signed meanwhile, and a trusted relay what others did. */
    private boolean mayBeLate(DecodedMessage message) {
        NodeKey key = peer.key();
        return bound
                && key != null
                && (key.equals(message.sender()) || context.trusted().include(key));
    }

    @Override
    public Origin origin() {
        return peer;
    }

    @Override
    public CommitQueue commits() {
        return context.commits();
    }

    @Override
    public void onAppended(FreshMessage message) {
        peer.published(message.position());
        spending().budget().onAppended(message.message());
    }

    @Override
    public void onReceipt(Receipt receipt) {
        if (!hasJoined()) {
            return;
        }
        if (receipt instanceof Receipt.Refused refused) {
            onFault(refused.fault());
        }
        spending().budget().onReceipt(receipt);
        peer.reply(answers.textOf(receipt));
        onAnswered();
    }

    /** The peer will have an answer to something that it sent, or has it. */
    void onAnswered() {
        peer.giveReceipt();
        if (whenSettled != null && !peer.isOwedReceipts()) {
            whenSettled.run();
        } else if (peer.hasReplies() && !publishing && !flushIsDue) {
            // Once for all receipts of a commit. One that comes while publishing goes out when the read is complete.
            flushIsDue = true;
            peer.eventLoop().execute(flushLater);
        }
    }

    /** Something that the peer sent was refused; what no honest node sends is held against it. */
    void onFault(Fault fault) {
        NodeKey key = peer.key();
        if (key != null && (fault.status() == MALFORMED || fault == Fault.BAD_SIGNATURE)) {
            context.references().offended(new SocketReference(key, peer.id()), Offence.INVALID_MESSAGE);
        }
    }

    /** Runs that as soon as the peer waits for no receipt: at once, or with the last one. */
    void whenSettled(Runnable task) {
        if (peer.isOwedReceipts()) {
            whenSettled = task;
        } else {
            task.run();
        }
    }

    private void flushLater() {
        flushIsDue = false;
        Subscriber subscriber = place;
        if (subscriber != null) {
            context.fanout().flushReplies(subscriber);
        }
    }

    /** The peer has processed everything up to that position, as it says. */
    void processed(long position) {
        NodeKey key = peer.key();
        if (key != null) {
            // It cannot have seen what comes after, and would miss it if that were believed.
            context.positions()
                    .processed(key, Math.min(position, context.fanout().position()));
        }
    }

    // the connection

    /** Takes over a ready-made control frame that answers one of the peer's. */
    void onControlReply(ByteBuf frame) {
        peer.reply(frame);
    }

    /** Everything that had come by now has been handed over. */
    void onReadComplete() {
        Subscriber subscriber = place;
        if (subscriber != null) {
            context.fanout().flushReplies(subscriber);
        } else {
            sendNow();
        }
    }

    /** Sends the replies of a peer that no turn of the fan-out visits yet; one that takes none of them gets no more. */
    void sendNow() {
        if (peer.hasRoom()) {
            peer.writeReplies();
            peer.flush();
            peer.noteUntaken();
        }
    }

    /** A close frame is about to be written: writes what is to go before it, without flushing. */
    void onClosing() {
        peer.writeReplies();
    }

    /** The peer takes part no longer; nothing more comes or goes. May be called twice. */
    void leave() {
        Subscriber subscriber = place;
        place = null;
        if (subscriber != null) {
            forgetKey(subscriber);
            context.fanout().leave(subscriber);
        }
        peer.discardReplies();
    }

    private void forgetKey(Subscriber subscriber) {
        NodeKey key = peer.key();
        if (key != null) {
            context.fanout().unindex(key, subscriber);
            context.directory().release(key, peer);
            context.references().disconnected(new SocketReference(key, peer.id()));
        }
    }
}
