"""Chat and embedding models behind LangChain's BaseChatModel and Embeddings; the only place that names a provider."""
