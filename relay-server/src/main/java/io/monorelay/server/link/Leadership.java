package io.monorelay.server.link;

import io.monorelay.protocol.DeliveryMode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of several relays brings messages whole: the one whose link opened first, until that link ends; then another
 * whose link is open, or else the next that opens. A link that brings something else than it is to is opened anew.
 *
 * <p>Belongs to the one loop of all links.
 */
final class Leadership {
    private static final long LOOK_AGAIN_MILLIS = 1000;

    /** A relay, to which there is a link or not. */
    interface Member {
        /** What its open link brings of messages to everybody; null while none is open. */
        @Nullable
        DeliveryMode brings();

        /** Opens a new link in the place of the one that is open, if that can be done now. */
        void reopen();
    }

    // fixed after construction
    private final LinkLoop loop;
    private final long graceMillis;

    // owned by the loop
    private final Set<Member> open = new LinkedHashSet<>();
    private final Set<Member> reopening = new LinkedHashSet<>();
    private @Nullable Member leader;

    /** @param graceMillis how long a relay without a link stays what it is whose link is opened anew */
    Leadership(LinkLoop loop, long graceMillis) {
        this.loop = loop;
        this.graceMillis = graceMillis;
    }

    /** What the next link to that relay is to bring. */
    DeliveryMode wanted(Member member) {
        return leader == null || member.equals(leader) ? DeliveryMode.BODIES : DeliveryMode.IDS;
    }

    /** A link to that relay is open. */
    void opened(Member member) {
        open.add(member);
        reopening.remove(member);
        if (leader == null) {
            leader = member;
        }
        correct(member);
    }

    /** No link to that relay is open any more. */
    void ended(Member member) {
        open.remove(member);
        if (!member.equals(leader)) {
            reopening.remove(member);
        } else if (reopening.contains(member)) {
            loop.after(graceMillis, () -> handOver(member));
        } else {
            handOver(member);
        }
    }

    private void handOver(Member member) {
        if (!member.equals(leader) || open.contains(member)) {
            return;
        }
        reopening.remove(member);
        leader = open.isEmpty() ? null : open.iterator().next();
        if (leader != null) {
            correct(leader);
        }
    }

    private void correct(Member member) {
        DeliveryMode brings = member.brings();
        if (brings != null && brings != wanted(member) && reopening.add(member)) {
            member.reopen();
            loop.after(LOOK_AGAIN_MILLIS, () -> lookAgain(member));
        }
    }

    /** The relay may have been busy, or the new link not have come about. */
    private void lookAgain(Member member) {
        if (open.contains(member) && reopening.remove(member)) {
            correct(member);
        }
    }
}
