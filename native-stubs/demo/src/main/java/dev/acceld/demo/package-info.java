/**
 * The life of a claim, from discovery to unprepare, on simulated hardware against the fake control
 * plane. It uses the agent as a cluster does, through sockets and HTTP only; nothing else may
 * depend on it.
 */
@NullMarked
package dev.acceld.demo;

import org.jspecify.annotations.NullMarked;
