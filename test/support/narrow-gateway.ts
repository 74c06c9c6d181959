// A gateway that counts the channels of a connection, as some do and OpenSSH does not: ssh2's server, with real connections to what is behind it.

import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import ssh2, { type Connection } from "ssh2";
import { makeKey } from "./sshd.ts";

export interface NarrowGateway {
  port: number;
  /** A line for a known_hosts file. */
  knownHosts: string;
  /** Channels that are open on each connection. */
  open(): number[];
  close(): Promise<void>;
}

export async function startNarrowGateway(directory: string, most: number): Promise<NarrowGateway> {
  const key = await makeKey(directory, `narrow-${most}`);
  const connections = new Map<Connection, Set<Socket>>();
  const server = new ssh2.Server({ hostKeys: [await readFile(key.path)] }, (connection) => {
    const channels = new Set<Socket>();
    connections.set(connection, channels);
    saysWhy(connection);
    connection.on("authentication", (login) => login.accept());
    connection.on("error", () => {});
    connection.on("close", () => connections.delete(connection));
    connection.on("ready", () => {
      connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
        if (channels.size >= most) return reject();
        const socket = connect(destPort, destIP);
        channels.add(socket);
        socket.on("error", () => {});
        const channel = accept();
        socket.pipe(channel).pipe(socket);
        const end = () => {
          channels.delete(socket);
          socket.destroy();
          channel.close();
        };
        channel.on("close", end);
        socket.on("close", end);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as { port: number };
  return {
    port,
    knownHosts: `[127.0.0.1]:${port} ${key.publicKey}\n`,
    open: () => [...connections.values()].map(({ size }) => size),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const [connection, channels] of connections) {
          for (const socket of channels) socket.destroy();
          connection.end();
        }
      }),
  };
}

/** ssh2's server has one reason for every refusal; a server that counts has its own. */
function saysWhy(connection: Connection): void {
  const { _protocol: protocol } = connection as unknown as { _protocol: { channelOpenFail(...of: unknown[]): void } };
  const fail = protocol.channelOpenFail.bind(protocol);
  const shortage = 4;
  protocol.channelOpenFail = (to) => fail(to, shortage, "too many channels");
}
