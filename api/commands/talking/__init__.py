"""What `yingda talk` is made of: the installation it speaks with, its ears and mouth, and what it prints."""
