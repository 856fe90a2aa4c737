"""What the pages of an administrator show: plain data, read in a constant number of queries, however many people there are.

Row policies show the own organisation alone (`sql/espace.sql`); each query names it again.
"""
