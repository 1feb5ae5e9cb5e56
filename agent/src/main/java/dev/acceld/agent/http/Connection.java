package dev.acceld.agent.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: one request at a time, each part of it within an absolute time, however slowly
 * the peer sends or reads. On the I/O thread only, but for the answer that is worked out elsewhere.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  /** For a request's head, from the moment that the connection is there. */
  static final long HEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Between two requests, the head of the second included. */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(75);

  /** For an answer, from the request's head to the last byte that the peer takes. */
  static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** What the kernel keeps of a stream for a peer that does not read. */
  private static final int STREAM_BUFFER = 16 * 1024;

  /** What the connection waits for. */
  enum State {
    READING,
    IDLE,
    ANSWERING,
    /** Nothing: it gets events until it goes. */
    STREAMING
  }

  private final Peers peers;
  private final RequestDispatcher desk;
  private final Object peer;
  private volatile @Nullable ChannelHandlerContext context;
  private State state = State.READING;
  private long since = System.nanoTime();
  private volatile boolean gone;
  private boolean last; // the connection ends with this answer
  private boolean secured;
  private boolean chunked = true; // the peer knows HTTP/1.1
  private boolean pushing; // an event that the peer has not taken
  private @Nullable Runnable done; // gives back what the answer holds

  Connection(Peers peers, RequestDispatcher desk, Object peer) {
    this.peers = peers;
    this.desk = desk;
    this.peer = peer;
  }

  /** Whose connection it is. */
  Object peer() {
    return peer;
  }

  State state() {
    return state;
  }

  /** The peer's address, for the log. */
  String peerName() {
    return peer instanceof InetAddress address ? address.getHostAddress() : "an IPv6 network";
  }

  /** It speaks TLS. */
  void secured() {
    secured = true;
  }

  /** Whether it speaks TLS; requests are heard after the handshake only. */
  boolean isSecured() {
    return secured;
  }

  /** What secures it no longer holds: ends it, after the answer that is under way. */
  void retire() {
    last = true;
    if (state != State.ANSWERING) {
      cut();
    }
  }

  /** When the state began; nanoseconds of the clock that never goes back. */
  long since() {
    return since;
  }

  /** Whether the peer has taken too long. */
  boolean overdue(long now) {
    long allowed =
        switch (state) {
          case READING -> HEAD_NANOS;
          case IDLE -> IDLE_NANOS;
          case ANSWERING -> ANSWER_NANOS;
          case STREAMING -> pushing ? ANSWER_NANOS : Long.MAX_VALUE;
        };
    return now - since > allowed;
  }

  /** Ends the connection at once, without waiting for what the peer has not taken. */
  void cut() {
    gone = true;
    ChannelHandlerContext there = context;
    if (there != null) {
      try {
        there.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (ChannelException e) {
        // The peer was quicker: closed is closed.
      }
      there.pipeline().firstContext().close(); // past TLS, which would wait to say goodbye
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = ctx;
    peers.admit(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    peers.forget(this);
    finish();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        hear(ctx, request);
      } // bodies are not looked at
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void hear(ChannelHandlerContext ctx, HttpRequest request) {
    if (state == State.ANSWERING) { // did not wait for the answer: it may ask again
      last = true;
      return;
    }
    if (state == State.STREAMING) { // there is no end after which it could be answered
      cut();
      return;
    }
    become(State.ANSWERING);
    chunked = request.protocolVersion().isKeepAliveDefault();
    ctx.channel().config().setAutoRead(false);
    last |= !HttpUtil.isKeepAlive(request) || hasBody(request);
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      last = true;
      send(ctx, Reply.text(400, "this is not an HTTP/1.1 request\n"), Map.of(), false);
      return;
    }
    boolean head = request.method().name().equals("HEAD");
    desk.answer(
        this, request, (reply, headers) -> later(ctx, () -> send(ctx, reply, headers, head)));
  }

  /** Whether nobody waits for an answer any more; any thread. */
  boolean gone() {
    return gone;
  }

  /** Runs that on the I/O thread; any thread, after the first request. */
  void onItsThread(Runnable what) {
    ChannelHandlerContext there = context;
    if (there != null) {
      later(there, what);
    }
  }

  /** An answer that is ready after the server was closed has no connection left to go to. */
  private static void later(ChannelHandlerContext ctx, Runnable answer) {
    try {
      ctx.executor().execute(answer);
    } catch (RejectedExecutionException e) {
      if (!ctx.executor().isShuttingDown()) {
        throw e;
      }
    }
  }

  private static boolean hasBody(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0;
  }

  /**
   * What to do when the answer has been taken, the handshake is over, or the connection is gone.
   */
  void whenDone(Runnable action) {
    done = action;
  }

  private void send(
      ChannelHandlerContext ctx, Reply reply, Map<String, String> headers, boolean head) {
    if (!ctx.channel().isActive()) {
      return;
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body()));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
    reply.headers().forEach(response.headers()::set);
    headers.forEach(response.headers()::set);
    if (last) {
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    ctx.writeAndFlush(response)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  finish();
                  if (last || !written.isSuccess()) {
                    written.channel().close();
                  } else {
                    become(State.IDLE);
                    written.channel().config().setAutoRead(true);
                  }
                });
  }

  /**
   * Begins a stream that has no end, with its first bytes. The peer is heard meanwhile, so that it
   * is known when it goes.
   */
  void stream(String contentType, Map<String, String> headers, byte[] first) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || !ctx.channel().isActive()) {
      finish();
      return;
    }
    become(State.STREAMING);
    last = true;
    ctx.channel().config().setOption(ChannelOption.SO_SNDBUF, STREAM_BUFFER);
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    response.headers().set("X-Accel-Buffering", "no"); // proxies pass each event on at once
    headers.forEach(response.headers()::set);
    HttpUtil.setTransferEncodingChunked(response, chunked);
    ctx.write(response, ctx.voidPromise());
    push(Unpooled.wrappedBuffer(first));
    ctx.channel().config().setAutoRead(true);
  }

  /** Sends bytes of a stream, unless the peer has not yet taken those before. */
  void push(ByteBuf bytes) {
    ChannelHandlerContext ctx = context;
    if (pushing || ctx == null || state != State.STREAMING) {
      bytes.release();
      return;
    }
    pushing = true;
    since = System.nanoTime();
    ctx.writeAndFlush(new DefaultHttpContent(bytes))
        .addListener(
            (ChannelFutureListener)
                written -> {
                  pushing = false;
                  if (!written.isSuccess()) {
                    written.channel().close();
                  }
                });
  }

  private void become(State next) {
    state = next;
    since = System.nanoTime();
  }

  /** Nothing is held for it any more. */
  void finish() {
    Runnable action = done;
    done = null;
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // a peer that hung up, or no memory for its request: it is the peer that is told
  }
}
