package dev.acceld.agent.web;

import dev.acceld.agent.web.WebConfig.Rate;

/** Lets so many requests through at once, and one more each interval. Any thread. */
final class RateLimit {
  private final Rate rate;
  private double left;
  private long since;

  RateLimit(Rate rate, long nanoTime) {
    this.rate = rate;
    this.left = rate.burst();
    this.since = nanoTime;
  }

  synchronized boolean allow(long nanoTime) {
    left = Math.min(rate.burst(), left + (double) (nanoTime - since) / rate.interval().toNanos());
    since = nanoTime;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  Rate rate() {
    return rate;
  }
}
