"""Approximate Bayesian computation: which parameters would have given data like these?"""
