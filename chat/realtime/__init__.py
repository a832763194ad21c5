"""WebSocket connections: the consumer, the hub, the channel layer, and the serving process around them."""
