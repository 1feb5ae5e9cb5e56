/**
 * The lifecycle of a claim, from discovery to unprepare, on simulated hardware and the fake control
 * plane. It uses the agent only through sockets and HTTP, as a cluster does; no other package may
 * depend on it.
 */
@NullMarked
package dev.acceld.demo;

import org.jspecify.annotations.NullMarked;
