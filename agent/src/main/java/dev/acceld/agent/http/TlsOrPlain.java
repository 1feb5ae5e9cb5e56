package dev.acceld.agent.http;

import dev.acceld.agent.web.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Looks at a connection's first byte: TLS, or the plain HTTP of the kubelet's probes, which have no
 * certificate and no password. What plain HTTP may ask for is decided with the request.
 */
final class TlsOrPlain extends ByteToMessageDecoder {
  private static final int HANDSHAKE = 0x16;

  private final ServerTls tls;
  private final Connection connection;
  private final Handshakes handshakes;
  private boolean waiting;

  TlsOrPlain(ServerTls tls, Connection connection, Handshakes handshakes) {
    this.tls = tls;
    this.connection = connection;
    this.handshakes = handshakes;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (waiting || !in.isReadable()) {
      return;
    }
    if (in.getUnsignedByte(in.readerIndex()) != HANDSHAKE) {
      ctx.pipeline().remove(this);
      return;
    }
    waiting = true;
    connection.secured();
    ctx.channel().config().setAutoRead(false); // what waits takes no more memory
    // Not from here: this handler may only be replaced when it has returned.
    ctx.executor()
        .execute(() ->
            handshakes.begin(
                connection,
                tls,
                handler -> {
                  if (!ctx.isRemoved()) {
                    ctx.pipeline().replace(this, "tls", handler);
                    ctx.channel().config().setAutoRead(true);
                  }
                }));
  }
}
