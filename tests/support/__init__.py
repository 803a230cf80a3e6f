"""What the integration tests and the benchmark share: a real stack, and clients that speak to it."""
