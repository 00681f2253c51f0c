package io.monorelay.bench.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.protocol.Form;
import io.monorelay.websocket.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/** What a peer may do that no node would. */
enum Mischief {
    NOISE {
        @Override
        byte[] bytes(SplittableRandom random) {
            return noise(random, 1 + random.nextInt(4096));
        }
    },
    NOTHING {
        @Override
        byte[] bytes(SplittableRandom random) {
            return new byte[0];
        }
    },
    HALF_A_REQUEST {
        @Override
        byte[] bytes(SplittableRandom random) {
            return UPGRADE.substring(0, 1 + random.nextInt(UPGRADE.length() - 1))
                    .getBytes(UTF_8);
        }
    },
    ENDLESS_HEADER {
        @Override
        byte[] bytes(SplittableRandom random) {
            return ("GET / HTTP/1.1\r\nX: " + "x".repeat(64 * 1024)).getBytes(UTF_8);
        }
    },
    BROADCAST_THAT_IS_NO_JSON {
        @Override
        byte[] bytes(SplittableRandom random) {
            return "POST /broadcast HTTP/1.1\r\nHost: relay\r\nContent-Length: 9\r\n\r\n{\"message".getBytes(UTF_8);
        }
    },
    FRAMES_OF_NOISE {
        @Override
        byte[] bytes(SplittableRandom random) {
            return upgradedWith(noise(random, 64 + random.nextInt(1024)));
        }
    },
    FRAME_WITHOUT_MASK {
        @Override
        byte[] bytes(SplittableRandom random) {
            return upgradedWith(new byte[] {(byte) 0x81, 2, '{', '}'});
        }
    },
    FRAME_TOO_BIG {
        @Override
        byte[] bytes(SplittableRandom random) {
            return upgradedWith(new byte[] {(byte) 0x81, (byte) 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
        }
    },
    TEXT_THAT_IS_NO_UTF8 {
        @Override
        byte[] bytes(SplittableRandom random) {
            return upgradedWith(frame(new byte[] {(byte) 0xC3, 0x28}));
        }
    },
    TEXT_THAT_IS_NO_MESSAGE {
        @Override
        byte[] bytes(SplittableRandom random) {
            return upgradedWith(frame("[{\"message\":[[[[[[[[[[[[".getBytes(UTF_8)));
        }
    },
    FORGED_MESSAGE {
        @Override
        byte[] bytes(SplittableRandom random) {
            String message = new String(SampleMessages.broadcast(Form.MONOCHAIN, 64), UTF_8);
            return upgradedWith(frame(message.replace("abc", "abd").getBytes(UTF_8)));
        }
    };

    private static final String UPGRADE = """
            GET / HTTP/1.1\r
            Host: relay\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r
            """;

    /** What is sent before the connection is cut. */
    abstract byte[] bytes(SplittableRandom random);

    private static byte[] noise(SplittableRandom random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] upgradedWith(byte[] frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(UPGRADE.getBytes(UTF_8));
        bytes.writeBytes(frames);
        return bytes.toByteArray();
    }

    private static byte[] frame(byte[] payload) {
        ByteBuf frame = Unpooled.buffer();
        FrameWriter.writeMaskedText(frame, payload, 0x37FA213D);
        return ByteBufUtil.getBytes(frame);
    }
}
