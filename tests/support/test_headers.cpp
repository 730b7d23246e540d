// Nothing: the target of this file only holds the headers that all tests share, precompiled.
