// Bun's own WebSocket server: what one client sends goes to all, by its publish and subscribe.
const EVERYBODY = "everybody";
// Nobody is cut off, and nothing is left out, for being behind.
const BACKPRESSURE_BYTES = 256 * 1024 * 1024;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    return server.upgrade(request) ? undefined : new Response("WebSockets only", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    backpressureLimit: BACKPRESSURE_BYTES,
    open(socket) {
      socket.subscribe(EVERYBODY);
    },
    message(_socket, message) {
      server.publish(EVERYBODY, message);
    },
  },
});
