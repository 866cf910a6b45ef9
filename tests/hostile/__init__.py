"""Input that somebody made to hurt: each attack in here is answered by a finding or a sentence, in bounded work, and nothing gets out."""
