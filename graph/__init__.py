"""The graph: what flows (state), who asks from where (context), nodes and edges (build), and how a chat runs it (chat)."""
