// The server's idea of the time, which a test may put ahead or behind. Timers are not affected.

export class Clock {
  constructor(shiftMillis = 0) {
    this.shiftMillis = shiftMillis;
  }

  // Milliseconds since the epoch.
  now() {
    return Date.now() + this.shiftMillis;
  }

  seconds() {
    return Math.floor(this.now() / 1000);
  }
}
