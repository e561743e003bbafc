"""The nodes of the graph, one file each: a callable dataclass that holds what the node works with, and returns a partial update."""
